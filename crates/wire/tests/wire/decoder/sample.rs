//! A request with a field of every kind, and the decoder up to it.

use bytes::Bytes;
use carillon_wire::{
    body::{self, BodyError, BodyFormats, Limits, Params, RawRequest},
    schema_decoder::{FieldError, SchemaDecoder},
};
use proptest::{collection::vec, option, prelude::*};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<bool>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<Inner>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<Inner>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inner {
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}

pub fn samples() -> impl Strategy<Value = Sample> {
    let optional = (
        option::of(any::<i64>()),
        option::of(any::<i32>().prop_map(|quarters| f64::from(quarters) / 4.0)),
        option::of(any::<bool>()),
        option::of(inners()),
    );
    let lists = (vec(any::<i64>(), 0..4), vec(texts(), 0..4), vec(inners(), 0..3));
    (texts(), optional, lists).prop_map(|(text, (number, ratio, flag, inner), (ids, names, list))| Sample {
        text,
        number,
        ratio,
        flag,
        ids,
        names,
        inner,
        list,
    })
}

fn inners() -> impl Strategy<Value = Inner> {
    (texts(), option::of(any::<i64>())).prop_map(|(title, count)| Inner { title, count })
}

/// Any text but "null", which means absent.
pub fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ \\[\\]{}\",:&=%+/\\\\\r\n0-9a-c中-]{0,12}",
        Just("{\"a\":[1,\"二\"]}".to_owned()),
        Just("[1,2]".to_owned()),
    ]
    .prop_filter("means absent", |text| text.trim() != "null")
}

pub fn parse(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Params, BodyError> {
    let body = Bytes::copy_from_slice(body);
    body::parse(
        &RawRequest { query: Some(query), content_type, body, formats: BodyFormats::All },
        &Limits::default(),
    )
}

#[derive(Debug, PartialEq)]
pub enum ReadError {
    Body(BodyError),
    Field(FieldError),
}

/// Decodes bytes up to a typed request.
pub fn read(query: &str, content_type: Option<&str>, body: &[u8]) -> Result<Sample, ReadError> {
    let params = parse(query, content_type, body).map_err(ReadError::Body)?;
    SchemaDecoder::of::<Sample>().read(params.fields).map_err(ReadError::Field)
}
