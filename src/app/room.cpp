// The room's first source.
