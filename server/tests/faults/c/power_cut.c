/* Cuts the power of the ext4 that a path lies on: EXT4_IOC_SHUTDOWN (FS_IOC_SHUTDOWN) without flushing its log. What was
   not synced is lost, as it would be without electricity. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

#define SHUTDOWN _IOR('X', 125, uint32_t)
#define NO_LOG_FLUSH 2

int main(int count, char **arguments) {
    uint32_t how = NO_LOG_FLUSH;
    int place = count == 2 ? open(arguments[1], O_RDONLY) : -1;
    if (place < 0 || ioctl(place, SHUTDOWN, &how) != 0) {
        perror("power_cut");
        return 1;
    }
    return 0;
}
