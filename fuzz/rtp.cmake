plaza_fuzz(rtp USES rtp)
plaza_fuzz(rtp_payload USES rtp)
plaza_fuzz(rtp_receiver USES rtp)
plaza_fuzz(rtcp USES rtp)
