"""Pages of learning: one module, one blueprint; registered in lms/app.py."""
