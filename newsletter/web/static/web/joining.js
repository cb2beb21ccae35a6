/* The page of choices works without this: it counts today's stories again while choices change. */
(function () {
  var form = document.getElementById('choices'), said = document.getElementById('would-get'), waiting;
  if (!form || !said || !window.fetch || !window.DOMParser) return;
  function count() {
    var data = new FormData(form);
    data.set('action', 'count');
    fetch(location.pathname, { method: 'POST', body: data }).then(function (answer) {
      return answer.ok ? answer.text() : '';
    }).then(function (page) {
      var fresh = page && new DOMParser().parseFromString(page, 'text/html').getElementById('would-get');
      if (fresh) said.replaceChildren.apply(said, fresh.childNodes);
    }).catch(function () { /* the count is a courtesy */ });
  }
  form.addEventListener('change', function () {
    clearTimeout(waiting);
    waiting = setTimeout(count, 300);
  });
})();
