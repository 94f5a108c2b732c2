plaza_fuzz(dtls USES dtls dtls_testing)
