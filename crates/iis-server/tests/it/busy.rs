//! More than can be worked on: refused at once, in words the sender's system understands.

use crate::support::{House, Raw, Vxu, ack, raw, request};

#[test]
fn what_is_over_the_bound_gets_503_with_an_ar_to_its_own_control_id() {
    let house = House::with(|config| config.limits.exchanges = 1);
    let address = house.address;
    let sends: Vec<_> = (0..40)
        .map(|n| {
            std::thread::spawn(move || {
                let control_id = format!("B{n}");
                let message = Vxu { control_id: &control_id, mrn: &control_id, ..Vxu::default() }.text();
                (control_id, raw(address, &request("/hl7", "application/hl7-v2", message.as_bytes())))
            })
        })
        .collect();
    let answers: Vec<(String, Raw)> = sends.into_iter().map(|send| send.join().expect("joined")).collect();
    let busy: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 503).collect();
    assert!(!busy.is_empty(), "forty at once are more than one");
    assert!(busy.len() < 40, "some were answered");
    for (control_id, answer) in &answers {
        let reply = answer.text();
        match answer.status {
            200 => assert_eq!(ack(&reply), "AA", "{reply}"),
            503 => {
                assert!(reply.contains(&format!("\rMSA|AR|{control_id}\r")), "{reply}");
                assert!(reply.contains("|207^Application internal error^HL70357|E|"), "{reply}");
                assert!(answer.header("retry-after").is_some());
            }
            other => panic!("{other}: {reply}"),
        }
    }
    // and afterwards everything is as before
    for (control_id, _) in busy {
        let message = Vxu { control_id, mrn: control_id, ..Vxu::default() }.text();
        assert_eq!(ack(&house.reply(message.as_bytes())), "AA");
    }
}
