// Live updates: one EventSource per page; it reconnects by itself and sends Last-Event-ID, so a restart of the server costs nothing.
// Without this script every page works; it is then as old as its last loading.
const body = document.body;
const announcements = document.getElementById('annonces');
let lastAnnounced = 0;
let waiting = null;

function announce(text) {
  const now = Date.now();
  if (!announcements || now - lastAnnounced < 10000) return;
  lastAnnounced = now;
  announcements.textContent = text;
}

const numbers = new Intl.NumberFormat(document.documentElement.lang + '-BE');

// progress: only the numbers change, nothing is fetched
function advance(said) {
  for (const bar of document.querySelectorAll(`progress[data-item="${CSS.escape(said.itemId)}"]`)) {
    const [done, total] = said.bytesTotal > 0 ? [said.bytesDone, said.bytesTotal] : [said.done, said.total];
    bar.max = Math.max(total, 1);
    bar.value = done;
    const figure = document.querySelector(`[data-percent="${CSS.escape(said.itemId)}"]`);
    if (figure) figure.textContent = numbers.format(total > 0 ? Math.floor((done * 100) / total) : 0) + '\u00a0%';
    const count = document.querySelector(`[data-done="${CSS.escape(said.itemId)}"]`);
    if (count) count.textContent = numbers.format(said.done);
  }
}

// a form's key is another each time: that is no news
const plain = part => part.innerHTML.replace(/(name="cle" value)="[^"]*"/g, '$1');

// what somebody has begun to write is never taken away
const hasWords = part => [...part.querySelectorAll('textarea, input')].some(f => f.value !== f.defaultValue || f.checked !== f.defaultChecked);

// anything else: the parts marked data-part are taken from the page as it is now
async function refresh() {
  waiting = null;
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'error' }).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  let changed = false;
  for (const part of document.querySelectorAll('[data-part]')) {
    const now = fresh.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
    if (!now || part.contains(document.activeElement) || hasWords(part) || plain(part) === plain(now)) continue;
    const open = [...part.querySelectorAll('details')].map(d => d.open);
    part.innerHTML = now.innerHTML;
    part.querySelectorAll('details').forEach((d, i) => { d.open = open[i] ?? d.open; });
    changed = true;
  }
  if (changed) announce(body.dataset.updated);
}

function soon() {
  waiting ??= setTimeout(refresh, 1200);
}

// the browser reconnects after a lost connection; after an answer that is no stream (a proxy's 502) it gives up, so we begin anew where we were
let lastId = '';
let lost = false;
function follow() {
  const address = body.dataset.live + (lastId ? (body.dataset.live.includes('?') ? '&' : '?') + 'after=' + lastId : '');
  const events = new EventSource(address);
  events.addEventListener('progress', e => { lastId = e.lastEventId; advance(JSON.parse(e.data)); });
  for (const type of ['state', 'message', 'operation']) events.addEventListener(type, e => { lastId = e.lastEventId; soon(); });
  events.addEventListener('open', () => { if (lost) soon(); lost = false; });
  events.addEventListener('error', () => {
    lost = true;
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  });
}
if (body.dataset.live) follow();

// Ctrl-K: the search of the console
document.addEventListener('keydown', e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
    const find = document.getElementById('q');
    if (find) { e.preventDefault(); find.focus(); find.select(); }
  }
});

// select all rows of a list
for (const all of document.querySelectorAll('input[data-all]')) {
  all.hidden = false;
  all.addEventListener('change', () => {
    for (const one of document.querySelectorAll(`input[name="${all.dataset.all}"]`)) one.checked = all.checked;
  });
}

for (const print of document.querySelectorAll('button[data-print]')) {
  print.hidden = false;
  print.addEventListener('click', () => window.print());
}

document.querySelector('.banner.wrong')?.focus();
