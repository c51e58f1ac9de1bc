//! Pages cut by key.
