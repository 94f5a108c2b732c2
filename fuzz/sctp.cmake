plaza_fuzz(sctp_packet USES sctp)
plaza_fuzz(sctp_socket USES sctp sctp_testing)
