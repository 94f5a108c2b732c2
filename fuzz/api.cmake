plaza_fuzz(whip USES api)
