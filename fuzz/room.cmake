plaza_fuzz(user_sig USES room)
