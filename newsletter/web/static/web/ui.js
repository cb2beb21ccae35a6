/* Every page works without this: it moves the focus to what went wrong, and guesses the time zone. */
(function () {
  var d = document, wrong = d.querySelector('[data-error-summary]');
  if (wrong) wrong.focus();
  var zone = d.querySelector('select#tz,select[name=zone]'), hour = d.querySelector('select#hour,select[name=hour]');
  if (!zone || zone.dataset.saved !== undefined) return;
  var mine;
  try { mine = Intl.DateTimeFormat().resolvedOptions().timeZone; } catch (e) { mine = ''; }
  if (mine) {
    var known = [].some.call(zone.options, function (o) { return o.value === mine; });
    if (!known) zone.add(new Option(mine.replace(/_/g, ' '), mine), 0);
    zone.value = mine;
  }
  /* <span id="sum" data-pattern="매일 {hour} ({zone})"> says the choice in one line. */
  var sum = d.getElementById('sum');
  function say() {
    if (!sum || !sum.dataset.pattern || !hour) return;
    sum.textContent = sum.dataset.pattern
      .replace('{hour}', hour.options[hour.selectedIndex].text)
      .replace('{zone}', zone.options[zone.selectedIndex].text.split(' (')[0]);
  }
  say();
  zone.addEventListener('change', say);
  if (hour) hour.addEventListener('change', say);
})();
