plaza_fuzz(sdp USES sdp)
