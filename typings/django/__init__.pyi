# Django, as far as tests/testing uses it.
