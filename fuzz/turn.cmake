plaza_fuzz(turn USES turn)
