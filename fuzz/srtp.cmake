plaza_fuzz(srtp USES srtp)
