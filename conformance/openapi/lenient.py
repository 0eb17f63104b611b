"""Values that the server accepts although the schema does not allow them.

Scalars may be texts, lists comma-separated texts, objects JSON texts, and absent values null (docs/WIRE.md). It is a second
implementation of `crates/wire/src/schema_decoder.rs`, by which the checks know which requests must be refused.
"""

import json

MAX_DEPTH = 32


class Refused(Exception):
    pass


def understands(schema, value):
    """Whether a value can be brought to what a schema allows."""
    try:
        read(schema, value)
    except Refused:
        return False
    return True


def fields_of(body):
    """The fields of a JSON body; `Refused` if it can have none."""
    if isinstance(body, str):
        if not body.strip():
            return {}
        body = parsed(body)
    if body is None or body == []:
        return {}
    if not isinstance(body, dict):
        raise Refused
    return body


def parsed(text):
    try:
        # Texts may hold raw control characters.
        return json.loads(text, strict=False)
    except ValueError:
        raise Refused from None


def kind_of(schema):
    """The schema without its null, and the name of its type."""
    for combination in ("anyOf", "oneOf", "allOf"):
        if combination in schema:
            some = [one for one in schema[combination] if one.get("type") != "null"]
            if len(some) == 1:
                return kind_of(some[0])
            return {"enum": [one["const"] for one in some if "const" in one]}, "string"
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return schema, kind


def is_absent(schema, kind, value):
    if value is None:
        return True
    if isinstance(value, str):
        text = value.strip()
        is_blank = text in ("", "null")
        if kind == "string":
            return "enum" in schema and is_blank
        if kind == "array":
            inside = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
            return is_blank or all(letter == "," or letter.isspace() for letter in inside)
        return kind is not None and is_blank
    return kind == "array" and isinstance(value, list) and all(one is None for one in value)


def read(schema, value):
    schema, kind = kind_of(schema)
    if kind == "object":
        if isinstance(value, str):
            value = parsed(value)
        if not isinstance(value, dict):
            raise Refused
        read_object(schema, value)
    elif kind == "array":
        items = items_of(value, schema.get("items", {}))
        for item in items:
            read(schema.get("items", {}), item)
        check(schema.get("minItems", 0) <= len(items) <= schema.get("maxItems", len(items)))
    elif kind == "string":
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        allowed = [one for one in schema.get("enum", []) if one is not None]
        check(not allowed or text in allowed)
        check(schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text)))
    elif kind == "integer":
        number = whole(value)
        allowed = [one for one in schema.get("enum", []) if one is not None]
        check(not allowed or number in allowed)
        check(schema.get("minimum", number) <= number <= schema.get("maximum", number))
    elif kind == "number":
        try:
            check(not isinstance(value, (bool, list, dict)))
            float(value)
        except (ValueError, TypeError):
            raise Refused from None
    elif kind == "boolean":
        if isinstance(value, str) and value.strip().lower() in ("true", "false"):
            return
        check(isinstance(value, bool) or whole(value) in (0, 1))


def read_object(schema, value):
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        resolved, kind = kind_of(field)
        found = [value[one] for one in (name, *field.get("x-aliases", [])) if one in value]
        found = [one for one in found if not is_absent(resolved, kind, one)]
        if not found:
            check(name not in required)
            continue
        blank = kind == "string" and isinstance(found[0], str) and not found[0].strip()
        check(not (name in required and blank and resolved.get("minLength", 0) > 0))
        read(field, found[0])


def items_of(value, item):
    if isinstance(value, str):
        _, kind = kind_of(item)
        try:
            inside = parsed(value)
        except Refused:
            inside = None
        if isinstance(inside, list):
            value = inside
        elif kind == "object":
            value = [inside if isinstance(inside, dict) else value]
        else:
            value = [one.strip() for one in value.split(",") if one.strip()]
    elif not isinstance(value, list):
        value = [value]
    return [one for one in value if one is not None]


def whole(value):
    if isinstance(value, bool):
        raise Refused
    if isinstance(value, str):
        try:
            value = int(value.strip())
        except ValueError:
            try:
                value = float(value.strip())
            except ValueError:
                raise Refused from None
    if isinstance(value, float):
        check(value.is_integer() and abs(value) <= 2**53)
        value = int(value)
    check(isinstance(value, int) and -(2**63) <= value < 2**63)
    return value


def check(is_fine):
    if not is_fine:
        raise Refused
