//! dev
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout)]
use iis_matching::evaluate::*; use iis_matching::vaccination::Vaccines; use std::io::Read;
fn gz(p: &str) -> String { let mut s=String::new(); flate2::read::GzDecoder::new(std::fs::File::open(p).unwrap()).read_to_string(&mut s).unwrap(); s }
fn main(){ let dir="/work/shared/matching/"; let raw=gz(&format!("{dir}synth_dev_vax.csv.gz")); let tt=gz(&format!("{dir}synth_dev_vax_truth.csv.gz"));
 let r=events::Reports::read(&raw).unwrap(); let t=r.truth(&tt).unwrap(); let t0=std::time::Instant::now(); let p=r.consolidate(&Vaccines::built_in()); let m=events::measure(&p,&t); println!("P {:.5} R {:.5} F1 {:.5} review {} {:?}",m.precision,m.recall,m.f1(),p.iter().filter(|x|x.needs_review&&x.is_preferred).count(),t0.elapsed());
 let lines:Vec<&str>=raw.lines().skip(1).collect(); let kinds:Vec<&str>=tt.lines().skip(1).collect();
 let ev:Vec<usize>=p.iter().map(|x|x.event).collect(); let mut n=0;
 println!("-- false joins"); for (a,b) in submissions::pairs_within(&ev){ if t[a]!=t[b] {n+=1; if n%6==1&&n<90 {println!("{}\n{}\n",lines[a],lines[b]);}}} println!("false {n}"); n=0;
 let mut c:std::collections::BTreeMap<String,usize>=Default::default();
 let _=kinds; let mut y=0; for (a,b) in submissions::pairs_within(&t){ if ev[a]!=ev[b] { let f=|i:usize|lines[i].split(",").collect::<Vec<_>>(); let (x,z)=(f(a),f(b)); if x[2][4..]==z[2][4..] {y+=1;} else { println!("OTHER\n  {}\n  {}",lines[a],lines[b]); let me=x[1]; let h=if x[8]=="00"{z}else{x}; for l in &lines { let g:Vec<_>=l.split(",").collect(); if g[1]==me && g[8]=="00" && g[2][..7]==h[2][..7] {println!("      near {l}");} } } }} println!("same day other year {y}"); let mut k:std::collections::HashMap<&str,&str>=Default::default(); for l in tt.lines().skip(1){let f:Vec<&str>=l.split(',').collect();k.insert(f[0],f[2]);}
 for (a,b) in submissions::pairs_within(&t){ if ev[a]!=ev[b] {n+=1; let mut q=[k[r.ids[a].as_str()],k[r.ids[b].as_str()]]; q.sort(); *c.entry(q.join("+")).or_default()+=1; if n%25==1&&n<600 {println!("{}\n{}\n",lines[a],lines[b]);}}} println!("missed {n} {c:?}");
}
