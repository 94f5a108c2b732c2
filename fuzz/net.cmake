plaza_fuzz(http_request USES net)
plaza_fuzz(http_response USES net)
plaza_fuzz(http_text USES net)
plaza_fuzz(framing USES net)
