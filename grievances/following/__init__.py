"""What follows an answer: that it is heard, what she says to it, whether what is proposed is
accepted, and whether it held some time after the end."""
