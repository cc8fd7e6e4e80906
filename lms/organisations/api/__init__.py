"""Routes of organisations' people: one module, one blueprint; registered in lms/app.py."""
