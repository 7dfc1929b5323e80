#include "node.h"

int main(void)
{
    node_setup();
    for (;;)
        node_loop();
}
