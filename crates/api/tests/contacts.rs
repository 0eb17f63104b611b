//! Members, departments and roles over HTTP.

mod access;
mod activity;
mod change;
mod department;
mod find;
mod limits;
mod member;
mod pages;
mod requests;
mod role;
mod scope;
mod tree;
