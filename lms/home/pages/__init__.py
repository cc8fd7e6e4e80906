"""Pages that combine features: one module, one blueprint; registered in lms/app.py."""
