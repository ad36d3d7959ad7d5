export function Header() {
  return (
    <header className="top">
      <a className="brand" href="#/" aria-label="Marketwright, start again">
        <img src="/icon.svg" alt="" width="22" height="22" /> Marketwright
      </a>
      <nav aria-label="Page">
        <a href="#/">New</a>
        <a href="/docs">API</a>
      </nav>
    </header>
  );
}
