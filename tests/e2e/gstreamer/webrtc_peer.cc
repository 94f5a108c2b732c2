// A WebRTC endpoint that is neither ours nor Chromium's: GStreamer's webrtcbin, for the WHIP and
// WHEP tests. Whoever runs it carries its SDP: the offer goes to standard output, the answer comes
// on standard input, both ended by a line with "." alone. Then one JSON line a second says what was
// decoded, until standard input ends.
//
// Usage: webrtc_peer publish|play VP8|H264
#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#define GST_USE_UNSTABLE_API
#include <gst/webrtc/webrtc.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>

namespace {

struct Counts {
  std::atomic<int> video{0};
  std::atomic<int> audio{0};
  std::atomic<int> width{0};
};

GMainLoop* main_loop = nullptr;
Counts counts;

void Fail(const std::string& what) {
  std::fprintf(stderr, "webrtc_peer: %s\n", what.c_str());
  std::exit(1);
}

std::string PublishPipeline(const std::string& codec) {
  const std::string encode =
      codec == "H264"
          ? "openh264enc complexity=low gop-size=30 bitrate=600000 ! "
            "video/x-h264,profile=constrained-baseline ! h264parse ! rtph264pay "
            "aggregate-mode=zero-latency config-interval=-1 ! "
            "application/x-rtp,media=video,encoding-name=H264,payload=96"
          : "vp8enc deadline=1 cpu-used=16 keyframe-max-dist=60 target-bitrate=600000 ! rtpvp8pay "
            "picture-id-mode=15-bit ! application/x-rtp,media=video,encoding-name=VP8,payload=96";
  return "webrtcbin name=peer bundle-policy=max-bundle "
         "videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=180,framerate=15/1 "
         "! "
         "videoconvert ! " +
         encode +
         " ! peer. "
         "audiotestsrc is-live=true freq=700 ! audioconvert ! audioresample ! opusenc ! rtpopuspay "
         "! "
         "application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! peer.";
}

GstPadProbeReturn CountBuffer(GstPad* pad, GstPadProbeInfo*, gpointer counter) {
  ++*static_cast<std::atomic<int>*>(counter);
  if (GstCaps* caps = gst_pad_get_current_caps(pad)) {
    int width = 0;
    if (gst_structure_get_int(gst_caps_get_structure(caps, 0), "width", &width))
      counts.width = width;
    gst_caps_unref(caps);
  }
  return GST_PAD_PROBE_OK;
}

void OnDecoded(GstElement*, GstPad* pad, gpointer pipeline) {
  GstCaps* caps = gst_pad_get_current_caps(pad);
  const bool video =
      g_str_has_prefix(gst_structure_get_name(gst_caps_get_structure(caps, 0)), "video");
  gst_caps_unref(caps);
  GstElement* sink = gst_element_factory_make("fakesink", nullptr);
  g_object_set(sink, "sync", FALSE, nullptr);
  gst_bin_add(GST_BIN(pipeline), sink);
  gst_element_sync_state_with_parent(sink);
  GstPad* end = gst_element_get_static_pad(sink, "sink");
  gst_pad_add_probe(end, GST_PAD_PROBE_TYPE_BUFFER, CountBuffer,
                    video ? &counts.video : &counts.audio, nullptr);
  gst_pad_link(pad, end);
  gst_object_unref(end);
}

void OnIncoming(GstElement*, GstPad* pad, gpointer pipeline) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  GstElement* decoder = gst_element_factory_make("decodebin", nullptr);
  g_signal_connect(decoder, "pad-added", G_CALLBACK(OnDecoded), pipeline);
  gst_bin_add(GST_BIN(pipeline), decoder);
  gst_element_sync_state_with_parent(decoder);
  GstPad* entry = gst_element_get_static_pad(decoder, "sink");
  gst_pad_link(pad, entry);
  gst_object_unref(entry);
}

// The whole offer, once all candidates are in it: the answer then needs nothing more.
void OnGathering(GstElement* peer, GParamSpec*, gpointer) {
  GstWebRTCICEGatheringState state;
  g_object_get(peer, "ice-gathering-state", &state, nullptr);
  if (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) return;
  GstWebRTCSessionDescription* local = nullptr;
  g_object_get(peer, "local-description", &local, nullptr);
  gchar* text = gst_sdp_message_as_text(local->sdp);
  std::printf("%s.\n", text);
  std::fflush(stdout);
  g_free(text);
  gst_webrtc_session_description_free(local);
}

void OnOffer(GstPromise* promise, gpointer peer) {
  GstWebRTCSessionDescription* offer = nullptr;
  gst_structure_get(gst_promise_get_reply(promise), "offer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                    &offer, nullptr);
  if (offer == nullptr) Fail("no offer");
  g_signal_emit_by_name(peer, "set-local-description", offer, nullptr);
  gst_webrtc_session_description_free(offer);
  gst_promise_unref(promise);
}

void OnNegotiationNeeded(GstElement* peer, gpointer) {
  g_signal_emit_by_name(peer, "create-offer", nullptr,
                        gst_promise_new_with_change_func(OnOffer, peer, nullptr));
}

void AddReceiver(GstElement* peer, const std::string& caps_text) {
  GstCaps* caps = gst_caps_from_string(caps_text.c_str());
  GstWebRTCRTPTransceiver* transceiver = nullptr;
  g_signal_emit_by_name(peer, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY,
                        caps, &transceiver);
  gst_caps_unref(caps);
  if (transceiver != nullptr) g_object_set(transceiver, "do-nack", TRUE, nullptr);
}

void ReadAnswer(GstElement* peer) {
  std::string text, line;
  while (std::getline(std::cin, line) && line != ".") text += line + "\n";
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(text.c_str(), &message) != GST_SDP_OK)
    Fail("the answer is no SDP");
  GstWebRTCSessionDescription* answer =
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message);
  g_signal_emit_by_name(peer, "set-remote-description", answer, nullptr);
  gst_webrtc_session_description_free(answer);
  while (std::getline(std::cin, line)) {
  }
  g_main_loop_quit(main_loop);
}

gboolean PrintCounts(gpointer) {
  std::printf("{\"video\":%d,\"audio\":%d,\"width\":%d}\n", counts.video.load(),
              counts.audio.load(), counts.width.load());
  std::fflush(stdout);
  return G_SOURCE_CONTINUE;
}

gboolean OnBusMessage(GstBus*, GstMessage* message, gpointer) {
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return TRUE;
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  Fail(error->message);
  return FALSE;
}

}  // namespace

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  if (argc != 3) Fail("usage: webrtc_peer publish|play VP8|H264");
  const bool play = std::strcmp(argv[1], "play") == 0;
  const std::string codec = argv[2];
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(
      play ? "webrtcbin name=peer bundle-policy=max-bundle" : PublishPipeline(codec).c_str(),
      &error);
  if (error != nullptr) Fail(error->message);
  GstElement* peer =
      GST_IS_BIN(pipeline) ? gst_bin_get_by_name(GST_BIN(pipeline), "peer") : nullptr;
  if (peer == nullptr) {  // a single element is no pipeline
    peer = pipeline;
    pipeline = gst_pipeline_new(nullptr);
    gst_bin_add(GST_BIN(pipeline), peer);
  }
  // By itself it leaves the loopback interface out, and can't send to it from another one.
  GObject* ice = nullptr;
  gboolean added = FALSE;
  g_object_get(peer, "ice-agent", &ice, nullptr);
  g_signal_emit_by_name(ice, "add-local-ip-address", "127.0.0.1", &added);
  if (!added) Fail("127.0.0.1 is not taken");
  main_loop = g_main_loop_new(nullptr, FALSE);
  gst_bus_add_watch(gst_element_get_bus(pipeline), OnBusMessage, nullptr);
  g_signal_connect(peer, "notify::ice-gathering-state", G_CALLBACK(OnGathering), nullptr);
  g_signal_connect(peer, "on-negotiation-needed", G_CALLBACK(OnNegotiationNeeded), nullptr);
  g_signal_connect(peer, "pad-added", G_CALLBACK(OnIncoming), pipeline);
  if (play) {
    const std::string profile =
        codec == "H264" ? ",packetization-mode=(string)1,profile-level-id=(string)42e01f" : "";
    AddReceiver(peer, "application/x-rtp,media=video,payload=96,clock-rate=90000,encoding-name=" +
                          codec + profile);
    AddReceiver(peer,
                "application/x-rtp,media=audio,payload=97,clock-rate=48000,encoding-name=OPUS,"
                "encoding-params=(string)2");
  }
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  g_timeout_add_seconds(1, PrintCounts, nullptr);
  std::thread reader(ReadAnswer, peer);
  g_main_loop_run(main_loop);
  reader.join();
  gst_element_set_state(pipeline, GST_STATE_NULL);
  return 0;
}
