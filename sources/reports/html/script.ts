/**
 * What makes the table work in a browser. Plain JavaScript, since nothing
 * compiles it; text of the report reaches the page through `textContent` and
 * attributes alone, and links were checked when the report was made.
 */
export const script = `
'use strict';
const packages = JSON.parse(document.getElementById('data').textContent);
const body = document.querySelector('#packages tbody');
const search = document.getElementById('search');
const verdict = document.getElementById('verdict');
const finding = document.getElementById('finding');
const direct = document.getElementById('direct');
const count = document.getElementById('count');

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function makeLink(url, text) {
  return make('a', {href: url, rel: 'noopener noreferrer', textContent: text});
}

function makeFields(fields) {
  return make('dl', {className: 'fields'}, ...fields.flatMap(([label, value, url]) => [
    make('dt', {textContent: label}),
    make('dd', {}, url ? makeLink(url, value) : value),
  ]));
}

function makeStep({label, state, status, values, link}) {
  const item = make('li', {className: state}, make('b', {textContent: label}), make('span', {className: 'state', textContent: state === 'broken' ? 'broken: ' + status : status}));
  item.append(...values.map(value => make('span', {textContent: value})));
  if (link)
    item.append(make('span', {}, makeLink(link.url, link.label)));
  return item;
}

function makeDetails({pkg}) {
  const box = make('div', {className: 'package'}, make('h3', {textContent: 'From the commit to this machine'}), make('ol', {className: 'chain'}, ...pkg.chain.map(makeStep)));
  box.append(makeFields(pkg.fields));
  for (const {title, fields} of pkg.findings)
    box.append(make('h3', {textContent: title}), makeFields(fields));
  return make('tr', {className: 'details'}, make('td', {colSpan: 7}, box));
}

function toggle(row) {
  const isOpen = row.details && row.details.isConnected;
  row.button.setAttribute('aria-expanded', String(!isOpen));
  if (isOpen) {
    row.details.remove();
  } else {
    row.details = row.details || makeDetails(row);
    row.element.after(row.details);
  }
}

const rows = packages.map(pkg => {
  const button = make('button', {type: 'button', textContent: pkg.locator});
  button.setAttribute('aria-expanded', 'false');
  const head = make('th', {scope: 'row'}, button);
  const cell = text => make('td', {className: text, textContent: text});
  const element = make('tr', {}, head, cell(pkg.verdict), cell(pkg.signature), cell(pkg.provenance), cell(pkg.archive), make('td', {textContent: pkg.source}), make('td', {textContent: String(pkg.findings.length)}));
  const row = {pkg, element, button, details: null, text: [pkg.locator, pkg.source, ...pkg.workspaces, ...pkg.findings.map(({id}) => id)].join(' ').toLowerCase()};
  button.addEventListener('click', () => toggle(row));
  return row;
});

function show() {
  const words = search.value.toLowerCase().split(' ').filter(word => word !== '');
  let shown = 0;
  for (const row of rows) {
    const isShown = words.every(word => row.text.includes(word))
      && (verdict.value === '' || row.pkg.verdict === verdict.value)
      && (finding.value === '' || row.pkg.findings.some(({id}) => id === finding.value))
      && (!direct.checked || row.pkg.direct);
    row.element.hidden = !isShown;
    if (row.details)
      row.details.hidden = !isShown;
    shown += isShown ? 1 : 0;
  }
  count.textContent = shown + ' of ' + rows.length + ' packages';
}

const compareText = new Intl.Collator('en', {numeric: true}).compare;

function sort(header, key) {
  const isAscending = header.getAttribute('aria-sort') !== 'ascending';
  for (const other of document.querySelectorAll('#packages thead th'))
    other.removeAttribute('aria-sort');
  header.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
  const read = ({pkg}) => key === 'findings' ? String(pkg.findings.length) : pkg[key];
  rows.sort((a, b) => (isAscending ? 1 : -1) * compareText(read(a), read(b)) || compareText(a.pkg.locator, b.pkg.locator));
  body.append(...rows.flatMap(({element, details}) => details && details.isConnected ? [element, details] : [element]));
}

for (const header of document.querySelectorAll('#packages thead th'))
  header.firstChild.addEventListener('click', () => sort(header, header.dataset.key));
for (const control of [search, verdict, finding, direct])
  control.addEventListener('input', show);
document.addEventListener('keydown', event => {
  if (event.key === '/' && event.target === document.body) {
    event.preventDefault();
    search.focus();
  }
});

body.append(...rows.map(({element}) => element));
document.getElementById('packages').hidden = false;
show();
`;
