namespace det {}
