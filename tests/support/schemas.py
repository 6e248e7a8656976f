"""Documents held against share/schemas, through Debian's python3-jsonschema."""

import json
import subprocess
import tempfile
from pathlib import Path

SCHEMAS = Path(__file__).resolve().parents[2] / "share" / "schemas"


def closed(schema):
    """The same, but with no member that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        result["additionalProperties"] = False
    return result


def validate(document, schema):
    """Debian's own interpreter has the module."""
    with tempfile.TemporaryDirectory() as folder:
        instance, rules = Path(folder, "instance.json"), Path(folder, "schema.json")
        instance.write_text(json.dumps(document))
        rules.write_text(json.dumps(schema))
        return subprocess.run(["/usr/bin/python3", "-W", "ignore", "-m", "jsonschema", "-i", instance, rules],
                              capture_output=True, text=True, check=False)


def check_schema(test, document, name):
    """Fails the test unless the document is what the schema says, member by member."""
    told = validate(document, closed(json.loads((SCHEMAS / name).read_text())))
    test.assertEqual((told.returncode, told.stderr), (0, ""), told.stdout)
