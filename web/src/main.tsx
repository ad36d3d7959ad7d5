import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./styles/tokens.css";
import "./styles/layout.css";
import "./styles/conversation.css";
import "./styles/plan.css";
import "./styles/drawer.css";

createRoot(document.getElementById("root") as HTMLElement).render(<App />);
