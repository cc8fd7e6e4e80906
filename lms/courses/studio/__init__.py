"""What the pages of authors show, in the reader's words."""
