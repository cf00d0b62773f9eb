"""What all pages that people open in a browser have in common, whoever renders them."""
