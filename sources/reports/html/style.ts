/** Light and dark by the reader's own setting; states differ in their words, not by colour alone. */
export const style = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--dim:#57606a;--line:#d0d7de;--soft:#f6f8fa;--good:#1a7f37;--bad:#cf222e;--warn:#8a5a00;--link:#0550ae}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--dim:#9aa4af;--line:#30363d;--soft:#161b22;--good:#4ac26b;--bad:#ff7b72;--warn:#d9a520;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:84rem;padding:1.5rem;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{margin:0 0 .25rem;font-size:1.6rem}h2{margin:2rem 0 .5rem;font-size:1.25rem}h3{margin:1rem 0 .25rem;font-size:1rem}
code,.locator{font-family:ui-monospace,monospace;font-size:.9em}
a{color:var(--link)}p{margin:.25rem 0}.dim{color:var(--dim)}
.good,.verified,.passed{color:var(--good)}.bad,.failed,.broken,.invalid,.mismatch,.error{color:var(--bad)}.incomplete,.warning,.missing,.unsupported,.unavailable,.absent{color:var(--warn)}
.outcome{font-size:1.15rem;font-weight:600}
table{border-collapse:collapse;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:var(--bg)}
thead button,tbody button{all:unset;cursor:pointer;color:inherit}tbody button{color:var(--link);font:.9em ui-monospace,monospace}#search{width:20rem;max-width:100%}
button:focus-visible,input:focus-visible,select:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\25B2" / ""}th[aria-sort=descending] button::after{content:" \\25BC" / ""}
input,select{font:inherit;color:inherit;background:var(--bg);border:1px solid var(--dim);border-radius:.3rem;padding:.3rem .5rem}
.tools{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:.5rem 0}.tools label{display:grid;font-size:.85rem;color:var(--dim)}
.chart{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.4rem 1rem;align-items:center}.chart dt{font-weight:600}.chart dd{margin:0}
svg{display:block;width:100%;height:1rem;border-radius:.3rem;background:var(--line)}svg .verified{fill:var(--good)}svg .invalid,svg .mismatch{fill:var(--bad)}svg .missing,svg .absent,svg .unavailable,svg .unsupported{fill:var(--warn)}svg .unverifiable,svg .skipped{fill:var(--dim)}
.group,.package{border:1px solid var(--line);border-radius:.4rem;padding:.5rem .9rem;margin:.5rem 0;background:var(--soft)}
dl.fields{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .8rem;margin:.25rem 0}dl.fields dt{color:var(--dim)}dl.fields dd{margin:0}
.chain{display:flex;flex-wrap:wrap;gap:.5rem 1.6rem;padding:0;margin:.5rem 0;list-style:none}
.chain li{position:relative;flex:1 1 9rem;max-width:18rem;border:2px solid var(--line);border-radius:.4rem;padding:.4rem .6rem;background:var(--bg)}
.chain li+li::before{content:"\\2192";position:absolute;left:-1.35rem;top:.4rem;color:var(--dim)}
.chain .verified,.chain .broken,.chain .missing{color:inherit}.chain li.verified{border-color:var(--good)}.chain li.broken{border:2px dashed var(--bad)}.chain li.missing{border:2px dotted var(--warn)}
.chain li.broken+li::before,.chain li.broken::before{content:"\\2260";color:var(--bad);font-weight:700}
.chain li:first-child.broken::before{content:none}.chain b{display:block}.chain span{display:block;font-size:.85rem}.chain .state{font-weight:600}
.chain li.verified .state{color:var(--good)}.chain li.broken .state{color:var(--bad)}.chain li.missing .state{color:var(--warn)}
#packages thead th,#packages td[class]{white-space:nowrap}#packages .details td{white-space:normal}
@media print{.tools{display:none}}
`;
