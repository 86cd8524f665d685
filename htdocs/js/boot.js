/* boot.js: sets theme and language before the first paint, so that neither flashes. */
(function () {
  var root = document.documentElement;
  var get = function (key) {
    try {
      return localStorage.getItem('studio.' + key);
    } catch (e) {
      return null;
    }
  };
  var theme = get('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  var lang = get('lang') || navigator.language || 'en';
  root.lang = lang.slice(0, 2) === 'zh' ? 'zh-CN' : 'en';
})();
