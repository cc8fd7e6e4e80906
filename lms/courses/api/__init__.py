"""The JSON API of courses: one module, one blueprint; registered in lms/app.py."""
