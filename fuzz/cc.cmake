plaza_fuzz(transport_feedback USES cc)
