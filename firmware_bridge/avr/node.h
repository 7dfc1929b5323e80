/* The whole board: what main() and the Arduino sketch call. */
#ifndef EDGEKIT_NODE_H
#define EDGEKIT_NODE_H

#ifdef __cplusplus
extern "C" {
#endif

void node_setup(void);
void node_loop(void);

#ifdef __cplusplus
}
#endif

#endif
