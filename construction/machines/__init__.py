"""What a program is: Turing machines on a walled grid."""
