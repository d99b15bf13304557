//! A SOAP client written by others (Python's zeep) reads our description and talks to us.

use crate::python::python;
use crate::support::{House, SECRET, SENDER, Vxu};
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

#[test]
fn zeep_reads_the_description_and_is_served() {
    let Some(python) = python(ZEEP, "zeep") else { return };
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
