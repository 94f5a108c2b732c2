plaza_fuzz(sfu_graph USES sfu)
