//! The store with real databases: SQLite always, PostgreSQL where one can be had.

#![cfg(test)]

mod databases;
mod feedback;
mod released;
mod shared;
