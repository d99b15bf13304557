//! dev
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout)]
use iis_matching::Weights; use iis_matching::evaluate::*; use iis_matching::patient::{link,names::Names,subject::Subject,judge};
use std::io::Read;
fn gz(p: &str) -> String { let mut s=String::new(); flate2::read::GzDecoder::new(std::fs::File::open(p).unwrap()).read_to_string(&mut s).unwrap(); s }
fn h(s:&str)->bool{ s.bytes().fold(7u64,|h,b|(h^b as u64).wrapping_mul(0x100000001b3)).wrapping_mul(0x9e3779b97f4a7c15)>>63==0 }
fn main(){
 let dir="/work/shared/matching/"; let args:Vec<String>=std::env::args().collect();
 let mut w=Weights::parse(&std::fs::read_to_string("/tmp/weights.toml").unwrap(),Names::built_in()).unwrap();
 if let Some(x)=args.iter().find_map(|a|a.strip_prefix("hi=")){w.thresholds.link_bits=x.parse().unwrap();}
 if let Some(x)=args.iter().find_map(|a|a.strip_prefix("lo=")){w.thresholds.review_bits=x.parse().unwrap();}
 if let Some(x)=args.iter().find_map(|a|a.strip_prefix("on=")){w.thresholds.other_name_bits=x.parse().unwrap();}
  
 let ps=pairs::read(&gz(&format!("{dir}iis_pairs_dev.csv.gz"))).unwrap();
 let half=!args.iter().any(|a|a=="all");
 for set in ["AIRA-C","MIIS-B","MIIS-F2",""]{ let a=pairs::Agreement::of(ps.iter().filter(|p|p.set.contains(set)&&(!half||h(&p.test_id))),&w); println!("{set:8} {:?} exact {:.4} false links {:.4}",a.counts,a.exact(),a.false_links()); }
 let a=pairs::Agreement::of(ps.iter().filter(|p|!p.is_disputed&&(!half||h(&p.test_id))),&w); println!("undisputed {:?} exact {:.4}",a.counts,a.exact());
 if let Some(x)=args.iter().find_map(|a|a.strip_prefix("show=")){ let pop=iis_matching::patient::population::Population::unknown(w.names.clone()); let mut k=std::collections::BTreeMap::<String,usize>::new(); for p in ps.iter().filter(|p|h(&p.test_id)) { let v=pairs::judge(p,&w); let key=format!("{:?}>{:?}",p.expected.unwrap(),v); if key==x { let s=|d|{let mut s=Subject::of(d,&w.names);pop.inform(&mut s);s}; let(a,b)=(s(&p.a),s(&p.b)); let j=judge::judge(&a,&b,&w); let vs=j.vetoes(&a,&b,false); let c=j.comparison; *k.entry(format!("{:?} | {:?} {:?} {:?} sex {:?} mid {:?} hh {:?} mo {:?} ssn {:?} ma {:?} mrn {:?} mult {:?}",vs.iter().collect::<Vec<_>>(),c.first,c.last,c.birth,c.sex,c.middle,c.household,c.mother,c.ssn,c.medicaid,c.mrn,c.multiple)+&format!(" {:.0}",j.bits)).or_default()+=1; if args.iter().any(|a|a=="v") { println!("{} {} {:?}\n   {:?}\n   {:?}",p.set,p.test_id,p.is_disputed,p.a.names,p.b.names); } } } let mut v:Vec<_>=k.into_iter().collect(); v.sort_by_key(|x|std::cmp::Reverse(x.1)); for (a,b) in v.iter().take(60) {println!("{b} {a}");} }
 if args.iter().any(|a|a=="fm") { let f=febrl::read(&gz(&format!("{dir}febrl_dataset3.csv.gz"))).unwrap(); let su=link::prepare(&f.records,&w); let c:std::collections::HashSet<_>=link::candidate_pairs(&su).into_iter().collect(); let mut n=0; for (a,b) in submissions::pairs_within(&f.persons){ if !c.contains(&(a.min(b),a.max(b))) { n+=1; if n%8==0 { for x in [a,b]{ let s=&su[x]; println!("{} {} {:?} {:?} {:?} {:?} {}",s.first,s.last.whole,s.born_on,s.streets.first().map(|x|(&x.number,&x.name)),s.zips,f.records[x].demographics.addresses[0].get().map(|a|a.street.clone()),s.medicaid);} println!(); } } } println!("missed {n}"); }
 let fs:Vec<_>=(1..=3).map(|n|febrl::read(&gz(&format!("{dir}febrl_dataset{n}.csv.gz"))).unwrap()).collect();
 for t in [-10.0,-5.0,0.0] { let m=febrl::measure(&febrl::matched(&fs[2].records,&w,t),&fs[2].persons); println!("febrl3 shipped >= {t}: P {:.5} R {:.5} F1 {:.5}",m.precision,m.recall,m.f1()); }
 let fw=iis_matching::patient::fit::fit(&fs[1].records,|a,b|Some(if fs[1].persons[a]==fs[1].persons[b] {iis_matching::patient::weights::Class::Same} else {iis_matching::patient::weights::Class::Unrelated}),&w);
 for n in 0..3 { for t in [-6.0,-3.0,0.0,3.0] { let m=febrl::measure(&febrl::matched(&fs[n].records,&fw,t),&fs[n].persons); println!("febrl{} fit2 >= {t}: P {:.5} R {:.5} F1 {:.5}",n+1,m.precision,m.recall,m.f1()); }}
}
