"""Pages of organisations: one module, one blueprint; registered in lms/app.py."""
