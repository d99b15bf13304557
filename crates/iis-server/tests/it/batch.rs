//! A body with several messages.

use crate::support::{House, Vxu, request};

#[test]
fn each_message_of_a_batch_gets_its_own_reply_in_order() {
    let house = House::open();
    let message = |control_id: &str| Vxu { control_id, mrn: control_id, ..Vxu::default() }.text();
    let bad = message("B2").replace("2.5.1", "9.9");
    let batch = format!(
        "FHS|^~\\&|EHR|RIVER|||20260301||||F77\rBHS|^~\\&|EHR|RIVER|||20260301||||B88\r{}{}{}BTS|3\rFTS|1\r",
        message("B1"),
        bad,
        message("B3")
    );
    let answer = house.raw(&request("/hl7", "application/hl7-v2", batch.as_bytes()));
    let reply = answer.text();
    assert_eq!(answer.status, 200, "{reply}");
    let names: Vec<&str> = reply.split('\r').filter_map(|segment| segment.get(..3)).collect();
    assert_eq!((names[0], names[1]), ("FHS", "BHS"), "{reply}");
    assert!(
        reply.contains("|B88\r") && reply.contains("|F77\r"),
        "the headers refer to those received: {reply}"
    );
    let acks: Vec<&str> = reply.split('\r').filter(|segment| segment.starts_with("MSA|")).collect();
    assert_eq!(acks.len(), 3, "{reply}");
    for (segment, expected) in acks.iter().zip(["MSA|AA|B1", "MSA|AR|B2", "MSA|AA|B3"]) {
        assert!(segment.starts_with(expected), "{segment}");
    }
    assert!(reply.ends_with("BTS|3\rFTS|1\r"), "{reply}");

    // the same messages again, without envelopes: the same replies
    let bare =
        house.raw(&request("/hl7", "text/plain", format!("{}{}", message("B1"), message("B3")).as_bytes()));
    let stored = |control_id: &str, text: &str| {
        let replies: Vec<String> = text.split("MSH|").skip(1).map(|reply| format!("MSH|{reply}")).collect();
        replies
            .into_iter()
            .find(|reply| reply.contains(&format!("|{control_id}\r")))
            .map(|text| text.replace("BTS|2\rFTS|1\r", "").replace("BTS|3\rFTS|1\r", ""))
    };
    for control_id in ["B1", "B3"] {
        assert_eq!(stored(control_id, &reply), stored(control_id, &bare.text()));
    }
}
