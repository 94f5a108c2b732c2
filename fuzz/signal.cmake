plaza_fuzz(signal USES signal)
