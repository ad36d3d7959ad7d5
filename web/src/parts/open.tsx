// How anything on the page opens the drawer.

import { createContext, useContext } from "react";
import type { Opened } from "./Drawer";

const Context = createContext<(opened: Opened) => void>(() => undefined);

export const OpenSource = Context.Provider;
export const useOpen = () => useContext(Context);
