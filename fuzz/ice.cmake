plaza_fuzz(stun USES ice)
plaza_fuzz(ice_candidate USES ice)
