// The browser's own video player with keys, its position kept, and "done" when 90 % was played.
const DONE = 0.9;
const EVERY = 15_000;

for (const figure of document.querySelectorAll('[data-video]')) watch(figure, figure.querySelector('video'));

function watch(figure, video) {
  const start = Number(figure.dataset.position);
  const goOn = () => { if (start > 0 && start < video.duration - 1) video.currentTime = start; };
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) goOn();
  else video.addEventListener('loadedmetadata', goOn, { once: true });
  video.addEventListener('keydown', (event) => press(video, event));
  if (figure.dataset.events) report(figure, video);
}

// Space plays and pauses by itself, as in every browser.
function press(video, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const track = video.textTracks[0];
  const keys = {
    ArrowLeft: () => { video.currentTime -= 5; },
    ArrowRight: () => { video.currentTime += 5; },
    m: () => { video.muted = !video.muted; },
    f: () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen()),
    c: () => { if (track) track.mode = track.mode === 'showing' ? 'hidden' : 'showing'; },
    '<': () => { video.playbackRate = Math.max(0.5, video.playbackRate - 0.25); },
    '>': () => { video.playbackRate = Math.min(2, video.playbackRate + 0.25); },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  keys[event.key]();
}

function report(figure, video) {
  let done = 'done' in figure.dataset;
  let sent = 0;
  // keepalive lets the last one out while the page goes away; the key makes a repeated one harmless
  const post = (body) => fetch(figure.dataset.events, {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': figure.dataset.token, 'Idempotency-Key': crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` },
    body: JSON.stringify(body),
  });
  const keep = () => {
    const seconds = Math.floor(video.currentTime);
    if (!video.duration || seconds === sent) return;
    sent = seconds;
    post({ kind: 'position', seconds }).catch(() => { sent = 0; });
  };
  const finish = async () => {
    if (done || played(video) < DONE * video.duration) return;
    done = true;
    const answer = await post({ kind: 'done' }).catch(() => null);
    done = Boolean(answer?.ok);
    if (done) document.dispatchEvent(new CustomEvent('progress-changed'));
  };
  setInterval(() => { if (!video.paused) keep(); }, EVERY);
  for (const kind of ['pause', 'seeked', 'ended']) video.addEventListener(kind, keep);
  for (const kind of ['timeupdate', 'pause', 'ended']) video.addEventListener(kind, finish);
  addEventListener('pagehide', keep);
}

function played(video) {
  let seconds = 0;
  for (let i = 0; i < video.played.length; i += 1) seconds += video.played.end(i) - video.played.start(i);
  return seconds;
}
