//! The backend: routes, services, and the store on SQLite and PostgreSQL. Uses `domain` and `api::wire`.

pub mod sample;
pub mod store;
