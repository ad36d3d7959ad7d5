import react from "@vitejs/plugin-react";
import { resolve } from "node:path";
import { defineConfig } from "vite";

// The page is served under a policy that allows no inline script and no other host: nothing may be inlined.
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, "../agent/server/page"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "licenses.md" },
    rollupOptions: { input: ["index.html", "docs.html"].map((name) => resolve(import.meta.dirname, name)) },
  },
  server: { proxy: { "/v1": "http://127.0.0.1:8000", "/openapi.json": "http://127.0.0.1:8000" } },
});
