//! Members, departments and roles over HTTP.

mod access;
mod activity;
mod change;
mod codes;
mod department;
mod find;
mod limits;
mod member;
mod mobile;
mod pages;
pub mod requests;
mod role;
mod scope;
mod tree;
