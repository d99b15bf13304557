//! Development: fit and measure.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout)]
use iis_matching::Weights;
use iis_matching::evaluate::submissions::*;
use iis_matching::patient::{fit::fit, link, weights::Class};
use std::io::Read;
fn gz(p: &str) -> String { let mut s=String::new(); flate2::read::GzDecoder::new(std::fs::File::open(p).unwrap()).read_to_string(&mut s).unwrap(); s }
fn show(name:&str, m:&Measures, secs:f64){ println!("{name}: records {} true {} P {:.6} R {:.4} R+ {:.4} false {} twins {} fam {} sugg/100 {:.2} (true {:.3}) {:.2}s", m.records,m.true_pairs,m.precision(),m.recall(),m.recall_with_review(),m.linked-m.linked_true,m.linked_twins,m.linked_family,m.suggestions_per_hundred(),m.suggestions_true as f64/m.suggestions as f64,secs);}
fn main(){
  let dir="/work/shared/matching/";
  let subs=Submissions::read(&gz(&format!("{dir}synth_dev_records.csv.gz"))).unwrap();
  let truth=Truth::read(&gz(&format!("{dir}synth_dev_truth.csv.gz")),&subs).unwrap();
  let args:Vec<String>=std::env::args().collect();
  let seed=2026;
  let (fs,ft)=truth.retain(&subs,|a|truth.is_in_fitted_half(a,seed));
  let (hs,ht)=truth.retain(&subs,|a|!truth.is_in_fitted_half(a,seed));
  let mut w=Weights::default();
  if args.iter().any(|a|a=="fit"){ w=fit(&fs.records,|a,b|Some(ft.class(a,b)),&w); w.version=2;  std::fs::write("/tmp/weights.toml",w.to_toml()).unwrap(); }
  if let Some(x)=args.iter().find_map(|a|a.strip_prefix("hi=")){w.thresholds.link_bits=x.parse().unwrap();}
  if let Some(x)=args.iter().find_map(|a|a.strip_prefix("lo=")){w.thresholds.review_bits=x.parse().unwrap();}
  if let Some(x)=args.iter().find_map(|a|a.strip_prefix("on=")){w.thresholds.other_name_bits=x.parse().unwrap();}
  
  let run=|name:&str,s:&Submissions,t:&Truth|{ let t0=std::time::Instant::now(); let l=link::link(&s.records,&w); show(name,&Measures::of(&l,t),t0.elapsed().as_secs_f64()); println!("  compared {}",l.compared); l};
  let l=run("fitted half",&fs,&ft);
  if args.iter().any(|a|a=="heldfalse") { let l=run("all",&subs,&truth); let su=link::prepare(&subs.records,&w); let raw=gz(&format!("{dir}synth_dev_records.csv.gz")); let m:std::collections::HashMap<&str,&str>=raw.lines().map(|l|(l.split(",").next().unwrap(),l)).collect(); for (a,b) in pairs_within(&l.persons){ if truth.class(a,b)!=Class::Same { let j=iis_matching::patient::judge::judge(&su[a],&su[b],&w); println!("HFALSE {:?} {:.1} half {} {}\n  {}\n  {}\n  {:?}",truth.class(a,b),j.bits,truth.is_in_fitted_half(a,seed),truth.is_in_fitted_half(b,seed),m[subs.ids[a].as_str()],m[subs.ids[b].as_str()],j.comparison); } } }
  if args.iter().any(|a|a=="held"){ run("held-out half",&hs,&ht); run("all",&subs,&truth); }
  // blocking recall
  let subjects=link::prepare(&fs.records,&w);
  let cand:std::collections::HashSet<_>=link::candidate_pairs(&subjects).into_iter().collect();
  let n=fs.ids.len(); let persons:Vec<usize>={ (0..n).collect() }; let _=persons;
  let mut tp=0;let mut hit=0; let mut missed=vec![];
  { let mut by:std::collections::HashMap<String,Vec<usize>>=Default::default();
    let tt=gz(&format!("{dir}synth_dev_truth.csv.gz")); let mut pid:std::collections::HashMap<&str,&str>=Default::default(); for l in tt.lines().skip(1){let mut f=l.split(',');let a=f.next().unwrap();pid.insert(a,f.next().unwrap());}
    for (i,id) in fs.ids.iter().enumerate(){by.entry(pid[id.as_str()].to_string()).or_default().push(i);}
    for v in by.values(){for (k,a) in v.iter().enumerate(){for b in &v[k+1..]{tp+=1; if cand.contains(&(*a.min(b),*a.max(b))){hit+=1}else{missed.push((*a,*b))}}}} }
  println!("blocking {}/{} = {:.5}",hit,tp,hit as f64/tp as f64);
  { let sug:std::collections::HashMap<(usize,usize),&link::Suggestion>=l.suggestions.iter().map(|s|{let(p,q)=(l.persons[s.a],l.persons[s.b]);((p.min(q),p.max(q)),s)}).collect();
    let mut c:std::collections::BTreeMap<String,usize>=Default::default();
    for (a,b) in ft.true_pairs(){ let(p,q)=(l.persons[a],l.persons[b]); if p!=q { let k=match sug.get(&(p.min(q),p.max(q))){None=>"none".into(),Some(s)=>format!("{}{}",s.vetoes.iter().map(|v|format!("{v:?}")).collect::<Vec<_>>().join("+"),if s.bits<w.thresholds.link_bits{" <HI"}else{""})}; *c.entry(k).or_default()+=1; } }
    let mut v:Vec<_>=c.into_iter().collect(); v.sort_by_key(|x|std::cmp::Reverse(x.1)); println!("lost pairs {:?}",&v[..v.len().min(16)]);
    // uncorroborated table
    let mut t:std::collections::BTreeMap<String,[usize;2]>=Default::default();
    for (a,b) in link::candidate_pairs(&subjects){ let j=iis_matching::patient::judge::judge(&subjects[a],&subjects[b],&w); let v=j.vetoes(&subjects[a],&subjects[b],false); let x:Vec<_>=v.iter().map(|v|format!("{v:?}")).collect(); if x==["Uncorroborated"] && j.bits>w.thresholds.link_bits { t.entry(format!("{:?} {:?} {:?}",j.comparison.middle,j.comparison.household,if j.bits>14.0{"bits>14"}else if j.bits>11.0{"bits>11"}else{"low"})).or_default()[usize::from(ft.class(a,b)!=Class::Same)]+=1; } }
    for (k,v) in t {println!("   U {k} {v:?}");} }
  // which vetoes hold true / false
  let mut vt:std::collections::BTreeMap<&str,[usize;3]>=Default::default();
  for s in &l.suggestions { let t= ft.class(s.a,s.b)==Class::Same; let key:Vec<&str>=s.vetoes.iter().map(|v|v.words()).collect(); let k=if key.is_empty(){"(bits)".to_string()}else{key.join(" + ")}; let e=vt.entry(Box::leak(k.into_boxed_str())).or_default(); e[if t {0} else {1}]+=1; if s.bits>=w.thresholds.link_bits {e[2]+=1;} }
  let mut v:Vec<_>=vt.into_iter().collect(); v.sort_by_key(|x|std::cmp::Reverse(x.1[0]+x.1[1]));
  for (k,[t,f,h]) in v.iter().take(45){println!("{t:5} true {f:5} false {h:5} >=HI  {k}");}
  // bits distribution of suggestions
  let mut h:std::collections::BTreeMap<i64,[usize;2]>=Default::default(); for s in &l.suggestions{h.entry((s.bits.floor() as i64).min(20)).or_default()[usize::from(ft.class(s.a,s.b)!=Class::Same)]+=1;} println!("{h:?}");
  if args.iter().any(|a|a=="false"){ let raw=gz(&format!("{dir}synth_dev_records.csv.gz")); let m:std::collections::HashMap<&str,&str>=raw.lines().map(|l|(l.split(',').next().unwrap(),l)).collect();
    for (a,b) in pairs_within(&l.persons){ if ft.class(a,b)!=Class::Same { let j=iis_matching::patient::judge::judge(&subjects[a],&subjects[b],&w); println!("FALSE {:?} {:.1}\n  {}\n  {}\n  {:?}",ft.class(a,b),j.bits,m[fs.ids[a].as_str()],m[fs.ids[b].as_str()],j.comparison); } } }
  if let Some(x)=args.iter().find_map(|a|a.strip_prefix("show=")){ let raw=gz(&format!("{dir}synth_dev_records.csv.gz")); let m:std::collections::HashMap<&str,&str>=raw.lines().map(|l|(l.split(',').next().unwrap(),l)).collect();
    for s in l.suggestions.iter().filter(|s|s.vetoes.iter().map(|v|format!("{v:?}")).collect::<Vec<_>>().join("+")==x).step_by(9).take(14){ let j=iis_matching::patient::judge::judge(&subjects[s.a],&subjects[s.b],&w); println!("{:?} {:.1}\n  {}\n  {}\n  {:?}",ft.class(s.a,s.b),s.bits,m[fs.ids[s.a].as_str()],m[fs.ids[s.b].as_str()],j.comparison);} }
  if args.iter().any(|a|a=="missed"){ let raw=gz(&format!("{dir}synth_dev_records.csv.gz")); let m:std::collections::HashMap<&str,&str>=raw.lines().map(|l|(l.split(',').next().unwrap(),l)).collect(); let sug:std::collections::HashSet<_>=l.suggestions.iter().map(|s|{let(p,q)=(l.persons[s.a],l.persons[s.b]);(p.min(q),p.max(q))}).collect();
    let mut shown=0; for (a,b) in all_true(&ft,&fs){ let(p,q)=(l.persons[a],l.persons[b]); if p!=q && !sug.contains(&(p.min(q),p.max(q))) { shown+=1; if shown%4==0 && shown<120 { let j=iis_matching::patient::judge::judge(&subjects[a],&subjects[b],&w); println!("MISSED {:.1} cand {}\n  {}\n  {}\n  {:?}",j.bits,cand.contains(&(a.min(b),a.max(b))),m[fs.ids[a].as_str()],m[fs.ids[b].as_str()],j.comparison);} } } println!("missed {shown}"); }
}
fn all_true(t:&Truth,s:&Submissions)->Vec<(usize,usize)>{ {let _=s; t.true_pairs()} }
