/** The event stream, one for the page. It is opened for the first listener and closed after the last one. */
const stream = (() => {
  const listeners = new Set();
  const offline = document.getElementById("offline");
  let source, noticeTimer, retryTimer, retryDelay = 2000;
  const connect = () => {
    clearTimeout(retryTimer);
    source?.close();
    source = new EventSource("/inbox/events");
    source.onopen = () => {
      retryDelay = 2000;
      clearTimeout(noticeTimer);
      noticeTimer = undefined;
      offline.hidden = true;
      for (const listener of listeners) listener.opened?.();
    };
    source.onerror = () => {
      noticeTimer ??= setTimeout(() => { offline.hidden = false; }, 4000);
      // Browsers retry a broken connection, but not a refused one.
      if (source.readyState === EventSource.CLOSED) {
        retryTimer = setTimeout(connect, retryDelay);
        retryDelay = Math.min(retryDelay * 2, 60_000);
      }
    };
    for (const name of ["sent", "recalled", "read"]) {
      source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        for (const listener of listeners) listener[name]?.(data);
      });
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(retryTimer);
    clearTimeout(noticeTimer);
    noticeTimer = undefined;
  };
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted && listeners.size) connect(); });
  addEventListener("offline", () => { if (listeners.size) offline.hidden = false; });
  addEventListener("online", () => { if (listeners.size) connect(); });
  return {
    /** Calls the methods of `listener` named like the events, and `opened` after each connect, to catch up on missed events. */
    listen(listener, signal) {
      listeners.add(listener);
      signal.addEventListener("abort", () => { listeners.delete(listener); if (!listeners.size) close(); });
      if (!source) connect(); else if (source.readyState === EventSource.OPEN) listener.opened?.();
    },
  };
})();
