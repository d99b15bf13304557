//! A SOAP client written by others (Python's zeep) reads our description and talks to us.

use crate::support::{House, SECRET, SENDER, Vxu};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that this test was written with.
const ZEEP: &str = "zeep==4.3.3";

const SCRIPT: &str = r#"
import sys
from zeep import Client, Settings
from zeep.exceptions import Fault
url, name, secret, message = sys.argv[1:5]
for binding in ("IISService2011Soap12Port", "IISService2011Soap11Port"):
    service = Client(url + "/soap?wsdl", settings=Settings(strict=True)).bind("IISService2011", binding)
    assert service.connectivityTest(echoBack="Hello <&> world") == "Hello <&> world"
    reply = service.submitSingleMessage(username=name, password=secret, facilityID="RIVER", hl7Message=message)
    assert "MSA|AA|M1" in reply, reply
    for wrong, fault in ((dict(password="wrong", hl7Message=message), "SecurityFault"),
                         (dict(password=secret, hl7Message=message + message), "MessageTooLargeFault")):
        try:
            service.submitSingleMessage(username=name, facilityID="RIVER", **wrong)
        except Fault as found:
            assert found.detail is not None and fault in found.detail[0].tag, found.detail
        else:
            raise AssertionError(fault)
client = Client(url + "/soap?wsdl=2014", settings=Settings(strict=True))
assert client.service.ConnectivityTest(EchoBack="Hi") == "Hi"
reply = client.service.SubmitSingleMessage(Username=name, Password=secret, FacilityID="RIVER", Hl7Message=message)
assert "MSA|AA|M1" in reply, reply
print("zeep is content")
"#;

/// A Python with zeep in a folder shared by test runs; `None`, said on standard error and refused with `CI=true`, when
/// it cannot be made.
#[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "what is left out is said")]
fn python() -> Option<PathBuf> {
    let folder = std::env::temp_dir().join("openiis-test-zeep");
    let python = folder.join("bin/python");
    let has_zeep = |python: &Path| {
        Command::new(python).args(["-c", "import zeep"]).output().is_ok_and(|output| output.status.success())
    };
    if !has_zeep(&python) {
        let make = Command::new("python3").args(["-m", "venv"]).arg(&folder).output();
        let made = make.is_ok_and(|output| output.status.success());
        let install = || Command::new(&python).args(["-m", "pip", "install", "--quiet", ZEEP]).output();
        if !made || !install().is_ok_and(|output| output.status.success()) || !has_zeep(&python) {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "python3 with venv and pip is needed for zeep"
            );
            eprintln!("left out: the SOAP client zeep, because python3 with venv and pip is not there");
            return None;
        }
    }
    Some(python)
}

#[test]
fn zeep_reads_the_description_and_is_served() {
    let Some(python) = python() else { return };
    let house = House::open();
    let url = format!("http://localhost:{}", house.address.port());
    let output = Command::new(python)
        .args(["-c", SCRIPT, &url, SENDER, SECRET, &Vxu::default().text()])
        .output()
        .expect("runs");
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("zeep is content"), "{text}");
}
